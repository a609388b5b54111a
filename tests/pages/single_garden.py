"""A page of boto3's older layout, one a service, written by hand: every kind of part once."""

from __future__ import annotations

GARDEN = """\


******
Garden
******

.. contents:: Table of Contents
   :depth: 2


======
Client
======



.. py:class:: Garden.Client

  A low-level client representing Amazon Garden Service
  

  Words about gardens.

  ::

    
    import boto3
    
    client = boto3.client('garden-beds')

  
  These are the available methods:
  
  *   :py:meth:`~Garden.Client.close`

  
  *   :py:meth:`~Garden.Client.list_beds`

  
  *   :py:meth:`~Garden.Client.plant`

  

  .. py:method:: close()

        
    Closes underlying endpoint connections.


  .. py:method:: list_beds(**kwargs)

    

    Lists the beds.

    .. danger::

        This operation is deprecated and may not function as expected. This operation should not be used.

    

    See also: `AWS API Documentation <https://docs.aws.amazon.com/goto/WebAPI/garden-2020-01-01/ListBeds>`_    


    **Request Syntax** 
    ::

      response = client.list_beds(
          NextToken='string'
      )
    :type NextToken: string
    :param NextToken: 

      Where to go on.

      

    
    
    :rtype: dict
    :returns: 
      
      **Response Syntax** 

      
      ::

        {
            'Beds': [
                {
                    'Name': 'string'
                },
            ],
            'NextToken': 'string'
        }
      **Response Structure** 

      

      - *(dict) --* 
        

        - **Beds** *(list) --* 

          The beds.

          
          

          - *(dict) --* 

            A bed. This is a Tagged Union structure. Only one of the members can be set.

            
            

            - **Name** *(string) --* 

              Its name.

              
        
      
        

        - **NextToken** *(string) --* 

          Where to go on.

          
    
    **Exceptions** 
    
    *     :py:class:`Garden.Client.exceptions.FrostException`

    

  .. py:method:: plant(**kwargs)

     

    Plants something.

    

    See also: `AWS API Documentation <https://docs.aws.amazon.com/goto/WebAPI/garden-2020-01-01/PlantIt>`_    


    **Request Syntax** 
    ::

      response = client.plant(
          Name='string',
          Bed='string'
      )
    :type Name: string
    :param Name: **[REQUIRED]** 

      The name.

      

    
    :type Bed: string
    :param Bed: 

      The bed. This field is autopopulated if not provided.

      

    
    
    :returns: None
    **Examples** 

    The following example plants a rose.
    ::

      response = client.plant(
          Bed='# north  
=====
Rules
=====
end',
          Name='rose',
      )
      
      print(response)

    
    Expected Output:
    ::

      {
          'ResponseMetadata': {
              '...': '...',
          },
      }

    

==========
Paginators
==========


The available paginators are:

* :py:class:`Garden.Paginator.ListBeds`



.. py:class:: Garden.Paginator.ListBeds

  ::

    
    paginator = client.get_paginator('list_beds')

  
  

  .. py:method:: paginate(**kwargs)

    Creates an iterator that will paginate through responses from :py:meth:`Garden.Client.list_beds`.

    See also: `AWS API Documentation <https://docs.aws.amazon.com/goto/WebAPI/garden-2020-01-01/ListBeds>`_    


    **Request Syntax** 
    ::

      response_iterator = paginator.paginate(
          PaginationConfig={
              'MaxItems': 123,
              'PageSize': 123,
              'StartingToken': 'string'
          }
      )
    :type PaginationConfig: dict
    :param PaginationConfig: 

      A dictionary that provides parameters to control pagination.

      

    
      - **MaxItems** *(integer) --* 

        
      
      - **PageSize** *(integer) --* 

        
      
      - **StartingToken** *(string) --* 

        
    
    
    :rtype: dict
    :returns: 
      
      **Response Syntax** 

      
      ::

        {
            'Beds': [
                'string',
            ],
            'NextToken': 'string'
        }
      **Response Structure** 

      

      - *(dict) --* 
        

        - **Beds** *(list) --* 

          

          - *(string) --* 

          
      
        - **NextToken** *(string) --* 

          A token to resume pagination.

          
    

=======
Waiters
=======


The available waiters are:

* :py:class:`Garden.Waiter.Planted`



.. py:class:: Garden.Waiter.Planted

  ::

    
    waiter = client.get_waiter('planted')

  
  

  .. py:method:: wait(**kwargs)

    Polls :py:meth:`Garden.Client.list_beds` every 5 seconds until a successful state is reached. An error is returned \
after 60 failed checks.

    See also: `AWS API Documentation <https://docs.aws.amazon.com/goto/WebAPI/garden-2020-01-01/ListBeds>`_    


    **Request Syntax** 
    ::

      waiter.wait(
          WaiterConfig={
              'Delay': 123
          }
      )
    :type WaiterConfig: dict
    :param WaiterConfig: 

      A dictionary that provides parameters to control waiting behavior.

      

    
      - **Delay** *(integer) --* 

        
    
    
    :returns: None

================
Service Resource
================



.. py:class:: Garden.ServiceResource()

  A resource representing Amazon Garden Service::

    
    garden = boto3.resource('garden-beds')

  
  .. py:method:: plant(**kwargs)

    

    Plants something.
"""  # noqa: W291, W293 - boto3 ends lines with spaces
